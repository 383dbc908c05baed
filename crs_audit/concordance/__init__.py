"""Documented against computed grades: matrix, weighted kappa, difference of onset."""
