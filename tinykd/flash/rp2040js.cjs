// An RP2040 in rp2040js whose UART0 is on a listening socket, or on the terminal; tinykd/flash/rp2040js.py starts it.
//
//   node rp2040js.cjs MODULES FIRMWARE.elf FD|- [ADC]
//
// ADC: little-endian words of 16 bits, what one conversion after the other finds; 0 behind the last.
//
// As with QEMU, the machine starts when a client is there, bytes are held back until the last ones were taken, and a
// client may come and go.
"use strict";
const fs = require("fs");
const net = require("net");
const path = require("path");

const [modules, elf, handle, analog] = process.argv.slice(2);
const { RP2040 } = require(path.join(modules, "rp2040js"));

const FLASH = 0x10000000;
const CYCLE_NS = 8; // 125 MHz
const TURN = 200000; // instructions between looks at the socket
const MOST_SLEEP_NS = 1e6, ALARMS = 1000; // between looks at the socket, of a processor that waits
const AIRCR = 0xd0c;
const RESET_REQUEST = 0x05fa0004;
const quiet = () => {};

// The segments that are loaded into flash.
function load(image, flash) {
  if (image.readUInt32BE(0) !== 0x7f454c46) throw new Error(`${elf} is no ELF`);
  const first = image.readUInt32LE(28), size = image.readUInt16LE(42), count = image.readUInt16LE(44);
  for (let i = 0; i < count; i++) {
    const at = first + i * size;
    const [type, offset, , address, bytes] = [0, 4, 8, 12, 16].map((field) => image.readUInt32LE(at + field));
    if (type === 1 && bytes > 0) flash.set(image.subarray(offset, offset + bytes), address - FLASH);
  }
}

const image = fs.readFileSync(elf);
const measured = analog === undefined ? Buffer.alloc(0) : fs.readFileSync(analog);

// rp2040js 1.4.1 takes an exception that ends WFI although PRIMASK is set; an Armv6-M processor leaves it pending.
function keepPending(core) {
  const check = core.checkForInterrupts.bind(core);
  core.checkForInterrupts = () => {
    if (!core.waiting || !core.PM) return check();
    const pending = (core.pendingInterrupts & core.enabledInterrupts) !== 0 || core.pendingSystick;
    core.waiting = !pending;
    return false;
  };
}

// It has no register for a reset by software: another chip takes its place.
function obeyReset(ppb) {
  const write = ppb.writeUint32.bind(ppb);
  ppb.writeUint32 = (offset, value) => {
    if (offset === AIRCR && value >>> 0 === RESET_REQUEST) setImmediate(() => { mcu = boot(); });
    else write(offset, value);
  };
}

// What the converter finds, in the time that one conversion takes.
function feedConverter(adc, clock) {
  let at = 0;
  const done = clock.createAlarm(() => {
    const value = at + 2 <= measured.length ? measured.readUInt16LE(at) : 0;
    at += 2;
    adc.completeADCRead(value, false);
  });
  adc.onADCRead = () => done.schedule(adc.sampleTime * 1000);
}

// A chip out of reset. It has no boot ROM: its processor begins with the image's vectors.
function boot() {
  const chip = new RP2040();
  chip.logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  load(image, chip.flash);
  chip.core.VTOR = FLASH;
  chip.core.SP = chip.flashView.getUint32(0, true);
  chip.core.PC = chip.flashView.getUint32(4, true) & ~1;
  chip.uart[0].onByte = (value) => sent.push(value);
  keepPending(chip.core);
  obeyReset(chip.ppb);
  feedConverter(chip.adc, chip.clock);
  return chip;
}

const received = []; // buffers
let taken = 0; // bytes of the first
let sent = [];
let client = null;
let timer = null;
let mcu = boot();

function feed() {
  const uart = mcu.uart[0];
  while (received.length > 0 && !uart.rxFIFO.full) {
    uart.feedByte(received[0][taken++]);
    if (taken === received[0].length) {
      received.shift();
      taken = 0;
    }
  }
}

function flush() {
  if (sent.length > 0 && client) client.write(Buffer.from(sent));
  sent = [];
}

// Until something wakes the processor, or for a millisecond of what the other parts of the chip do; in ns.
function sleep(core, clock) {
  let slept = 0;
  for (let i = 0; i < ALARMS && core.waiting && slept < MOST_SLEEP_NS; i++) {
    const pause = clock.nanosToNextAlarm;
    clock.tick(pause);
    if (core.interruptsUpdated) core.checkForInterrupts();
    slept += pause;
  }
  return slept;
}

// Until the next look; how many milliseconds nothing happens then.
function turn() {
  const { core, clock } = mcu;
  for (let i = 0; i < TURN; i++) {
    if ((i & 15) === 0 || core.waiting) feed();
    if (core.waiting) return sleep(core, clock) / 1e6;
    clock.tick(core.executeInstruction() * CYCLE_NS);
  }
  return 0;
}

function run() {
  timer = null;
  const pause = turn();
  flush();
  if (client) wake(received.length > 0 ? 0 : pause);
}

function wake(milliseconds) {
  if (timer && timer.later) timer.cancel();
  if (timer) return;
  if (milliseconds > 0) {
    const id = setTimeout(run, milliseconds);
    timer = { later: true, cancel: () => { clearTimeout(id); timer = null; } };
  } else {
    setImmediate(run);
    timer = { later: false };
  }
}

function serve(stream, output) {
  client = output;
  stream.on("data", (bytes) => {
    received.push(bytes);
    wake(0);
  });
  stream.on("error", quiet);
  stream.on("close", () => { client = null; });
  wake(0);
}

if (handle === "-") {
  serve(process.stdin, process.stdout);
} else {
  const server = net.createServer({ noDelay: true }, (socket) => serve(socket, socket));
  server.maxConnections = 1;
  server.listen({ fd: Number(handle) }, () => process.stderr.write("waiting for connection\n"));
}
