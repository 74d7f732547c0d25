#!/usr/bin/env bash
# Sets up what the Makefile needs; does nothing on the second call.
#   scripts/setup.sh demo     .venv with tinykd and TensorFlow; compilers and emulator
#   scripts/setup.sh docs     .venv with what builds the documentation
#   scripts/setup.sh release  .venv with what makes a release
#   scripts/setup.sh test     all of these, and the tools that the tests use
# Installs Debian packages only where they are missing and apt-get may be used; elsewhere says what to install.
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:-demo}

say() { printf 'setup: %s\n' "$*" >&2; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo -n "$@"
    elif command -v sudo >/dev/null && [ -t 0 ]; then sudo "$@"
    else return 1; fi
}

# system_packages COMMAND=PACKAGE...: installs the packages whose command (or file) is missing.
system_packages() {
    local missing=() pair probe
    for pair in "$@"; do
        probe=${pair%%=*}
        case $probe in
            /*) compgen -G "$probe" >/dev/null || missing+=("${pair#*=}") ;;
            *) command -v "$probe" >/dev/null || missing+=("${pair#*=}") ;;
        esac
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    if ! command -v apt-get >/dev/null; then
        say "please install with your package manager: ${missing[*]} (going on without)"
    elif ! { as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive \
             apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >&2 </dev/null; then
        say "could not install; please type: sudo apt-get install ${missing[*]} (going on without)"
    fi
}

find_python() {
    local candidate
    for candidate in ${PYTHON:-} python3.11 python3.12 python3.13 python3; do
        if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
            echo "$candidate"; return
        fi
    done
    say "Python 3.11 or newer is needed: install it, or say PYTHON=/path/to/python3.11"; exit 2
}

# The stamp holds a checksum of all that decides the environment, so a changed pin installs again.
python_packages() {
    local extras=$1 wanted stamp
    wanted=$(cat pyproject.toml constraints.txt | cksum)
    for stamp in .venv/.tinykd-*"$extras"*; do  # the tests' environment serves the demo too
        [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && return 0
    done
    if [ ! -x .venv/bin/python ] || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
        say "making .venv"
        # No ensurepip (Debian without python3-venv): install the package first.
        "$(find_python)" -m venv --clear .venv >&2 || { system_packages /nonexistent=python3-venv; "$(find_python)" -m venv --clear .venv >&2; }
    fi
    say "installing Python packages into .venv (once; TensorFlow is large)"
    .venv/bin/python -m pip install -qq --disable-pip-version-check --no-input \
        --constraint constraints.txt --editable ".[$extras]" >&2
    printf '%s\n' "$wanted" >".venv/.tinykd-$extras"
}

# The emulator of the RP2040, where tinykd-rp2040js looks for it.
node_packages() {
    [ -d .venv/node_modules/rp2040js ] && return 0
    say "installing rp2040js into .venv"
    npm install --silent --no-audit --no-fund --prefix .venv rp2040js@1.4.1 >&2 </dev/null
}

system_packages cc=gcc g++=g++ make=make arm-none-eabi-gcc=gcc-arm-none-eabi \
    '/usr/lib/arm-none-eabi/include/stdint.h=libnewlib-arm-none-eabi' qemu-system-arm=qemu-system-arm
case $what in
    demo) python_packages train ;;
    docs) python_packages train,docs ;;
    release) python_packages release ;;
    test) system_packages ccache=ccache cmake=cmake avr-gcc=gcc-avr '/usr/lib/avr/include/stdio.h=avr-libc' /usr/share/arduino/hardware/arduino/avr=arduino-core-avr \
              xtensa-lx106-elf-gcc=gcc-xtensa-lx106 /usr/lib/xtensa-lx106-elf/picolibc.specs=picolibc-xtensa-lx106-elf simavr=simavr /usr/include/simavr/sim_avr.h=libsimavr-dev \
              /usr/include/libelf.h=libelf-dev \
              riscv64-unknown-elf-gcc=gcc-riscv64-unknown-elf qemu-system-riscv32=qemu-system-misc \
              /usr/lib/picolibc/riscv64-unknown-elf/picolibc.specs=picolibc-riscv64-unknown-elf \
              clang=clang clang-format=clang-format '/usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.asan*.a=libclang-rt-14-dev'
          system_packages '/usr/lib/postgresql/*/bin/initdb=postgresql'
          command -v npm >/dev/null || system_packages node=nodejs npm=npm  # Debian's npm is large
          command -v google-chrome >/dev/null || system_packages chromium=chromium
          python_packages firmware,dev,train,docs,release
          node_packages ;;
    *) say "unknown: $what"; exit 2 ;;
esac
