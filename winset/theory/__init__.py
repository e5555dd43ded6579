"""Published models: numbers and arrays in, numbers and arrays out."""

from winset import kernels

kernels.keep()  # before any module here is compiled
