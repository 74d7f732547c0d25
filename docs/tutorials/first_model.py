# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # A first model
#
# A large network teaches a small one to read digits; the small one becomes int8, and is proven on an
# emulated microcontroller. It takes a minute or two: the figures below are those of a short training.
#
# `pip install ".[train]"` in a checkout is all that is needed.

# %%
import tinykd

# %% [markdown]
# ## Teach
#
# `"resnet"` is a teacher that is trained here, `"ds_cnn"` a student of a few thousand weights, and
# `"digits"` are scikit-learn's handwritten digits. `settings` are sections of [the project
# file](../project-file.md); without them the training is as long as it should be.

# %%
short = {
    "data": {"augmented_copies": 6},
    "teacher": {"epochs": 8},
    "distillation": {"epochs": 15},
    "quantization": {"epochs": 2},
}
result = tinykd.distill("resnet", "ds_cnn", "digits", settings=short, name="digits")

# %% [markdown]
# ## Look
#
# The **ladder** goes from the teacher to the int8 model, each step with its 95 % interval on samples that
# nobody was trained on. The **baseline** is the same small network, trained on the labels alone: what the
# teacher adds is the difference between the two.

# %%
result.ladder

# %% [markdown]
# The sentence under it says what that shows, and what it does not:

# %%
print(result.facts.distillation.sentence)

# %% [markdown]
# The whole report, with curves and confusion matrix, is one file:

# %%
result.report("report.html")

# %% [markdown]
# ## Use
#
# `result.int8` answers as the microcontroller will: through TensorFlow Lite Micro, bit for bit. It takes
# samples as they were given to the teacher, here pixels in [0, 1].

# %%
from sklearn.datasets import load_digits

digits = load_digits()
model = result.int8
model.predict(digits.images[:5] / 16).argmax(axis=1), digits.target[:5]

# %% [markdown]
# ## Prove
#
# The model is compiled to C, built for an emulated Cortex-M4, and every byte of its outputs is held against
# TFLM's. (`board="host"` needs no emulator.)

# %%
proof = model.prove(board="qemu-mps2-an386", samples=10)
proof

# %%
assert proof.exact

# %% [markdown]
# Keep the model for the next tutorials:

# %%
model.save("digits.tflite")
