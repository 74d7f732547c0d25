# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Your own board
#
# A board is one TOML. This tutorial describes one, sees what a model takes on it, and writes the firmware
# project for it. No TensorFlow is needed, only a model: `digits.tflite` is the one that [a first
# model](first_model.md) saved, and any full-int8 `.tflite` of yours will do.

# %%
import tinykd

model = tinykd.load("digits.tflite")
model

# %% [markdown]
# ## Describe it
#
# Say there is a Nucleo-F410RB on the desk. The vendor's page has the sizes, `pio boards f410` has
# PlatformIO's name, and [all keys](../boards.md#keys) are explained elsewhere.

# %%
from pathlib import Path

board = """
title = "ST Nucleo-F410RB"
mcu = "STM32F410RBT6"
cpu = "cortex-m4"
extensions = ["dsp", "fpu"]
port = "arduino"
clock_hz = 100_000_000
baud = 115200
flash_bytes = 131_072
ram_bytes = 32_768
stack_bytes = 4_096

[run]
kind = "platformio"
platform = "ststm32@19.6.0"
board = "nucleo_f410rb"
framework = "arduino"
usb_ids = ["0483:374b"]
"""
with Path("nucleo_f410rb.toml").open("w") as file:
    file.write(board)

# %% [markdown]
# ## Does the model fit?
#
# What is left on it, beside boards that tinykd has:

# %%
model.fits(boards=("nucleo_f410rb.toml", "uno", "qemu-microbit"))

# %% [markdown]
# Which kernels its processor gets, and where each tensor lies in RAM:

# %%
model.inspect(board="nucleo_f410rb.toml")

# %% [markdown]
# ## Prove the same code first
#
# An emulated board with the same kind of core runs the same kernels, so a difference shows before anything
# is soldered:

# %%
proof = model.prove(board="qemu-mps2-an386", samples=5)
assert proof.exact
proof.flash_bytes, proof.ram_bytes

# %% [markdown]
# ## Write the firmware
#
# A PlatformIO project; your code goes into `src/app.cpp` ([firmware projects](../firmware.md)). `tinykd
# compile --firmware` does the same.

# %%
model.compile(board="nucleo_f410rb.toml").write("firmware", firmware=True)

# %%
print((Path("firmware") / "src" / "app.cpp").read_text())

# %% [markdown]
# With the board plugged in, `model.prove(board="nucleo_f410rb.toml")` builds, flashes and compares as it
# did above.
