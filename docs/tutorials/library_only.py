# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Only the library
#
# You have a `.tflite` and a firmware of your own, and want the model as C in it: no harness, no
# interpreter, no heap. Neither TensorFlow nor a board is needed. `digits.tflite` is the model that [a first
# model](first_model.md) saved; take yours.

# %%
import tinykd

model = tinykd.load("digits.tflite")
model

# %% [markdown]
# ## Compile
#
# For a board's core, or for any with plain C99 where neither board nor core is given:

# %%
library = model.compile(core="cortex-m4")
library

# %%
library.write("digits")

# %% [markdown]
# ## What is in it
#
# One header of its own, with everything that a caller must know; kernels; a Makefile and a CMakeLists.txt.

# %%
from pathlib import Path

print(Path("digits/include/digits.h").read_text())

# %% [markdown]
# ## Call it
#
# The folder comes with an example of one inference:

# %%
print(Path("digits/example.c").read_text())

# %% [markdown]
# For this machine the library is compiled without a core, and its example runs here:

# %%
import subprocess

model.compile().write("digits_here")
print(subprocess.run(["make", "-s", "-C", "digits_here", "example"], capture_output=True, text=True).stdout)

# %% [markdown]
# ## Hold it against TFLM
#
# The same code as firmware for an emulated core, each output byte compared:

# %%
proof = model.prove(board="qemu-mps2-an386", samples=5)
assert proof.exact
proof

# %% [markdown]
# What else the folder can do, such as several models in one program: [a model as a C
# library](../library.md).
