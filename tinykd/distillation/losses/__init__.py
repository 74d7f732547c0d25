"""The losses of distillation: one file for each published method, all small functions of tensors."""
