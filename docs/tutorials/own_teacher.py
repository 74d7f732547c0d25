# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Your own teacher
#
# Any `keras.Model` can teach: it is asked once about every sample, and its answers are kept. Here it is a
# small convolutional network, trained as you would train it without tinykd.

# %%
import keras
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

import tinykd

keras.utils.set_random_seed(1)

# %% [markdown]
# Samples are arrays as they were measured: here images of bytes, from 0 to 255. The test samples are set
# aside first; neither teacher nor student sees them.

# %%
digits = load_digits()
x = (digits.images * 15.9375).astype("uint8")[..., None]
x_train, x_test, y_train, y_test = train_test_split(
    x, digits.target, test_size=0.2, stratify=digits.target, random_state=1
)
x_train.shape, x_test.shape

# %% [markdown]
# ## The teacher
#
# It takes pixels in [0, 1], as images are [after normalisation](../data.md#what-numbers-mean). One that
# takes another range is found out before it teaches: [ranges and
# classes](../teachers.md#ranges-and-classes).

# %%
teacher = keras.Sequential(
    [
        keras.Input((8, 8, 1)),
        keras.layers.Conv2D(32, 3, activation="relu"),
        keras.layers.Conv2D(64, 3, activation="relu"),
        keras.layers.Flatten(),
        keras.layers.Dense(10),  # logits; a softmax after it would do as well
    ]
)
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
teacher.compile("adam", loss, metrics=["accuracy"])
history = teacher.fit(x_train / 255.0, y_train, epochs=12, verbose=0)
teacher.count_params(), round(history.history["accuracy"][-1], 3)

# %% [markdown]
# ## The student
#
# `data` is `((x_train, y_train), (x_test, y_test))`; validation samples are taken from the first pair. The
# training is short here.

# %%
result = tinykd.distill(
    teacher,
    student="mlp",
    data=((x_train, y_train), (x_test, y_test)),
    classes=[str(digit) for digit in range(10)],
    name="digits",
    settings={"data": {"augmented_copies": 6}, "distillation": {"epochs": 20}, "quantization": {"epochs": 2}},
)
result

# %% [markdown]
# `fit=tinykd.Budget(flash_bytes=65536)` would look for the largest student within a budget, and `student=`
# takes a `tf_keras.Model` of yours too ([students](../students.md)).
#
# ## What goes wrong
#
# What you can mend is one line that says where, what was found, and what was expected:

# %%
try:
    result.int8.predict(x_test[:5] / 255.0)
except tinykd.InputError as error:
    print(error)
