"""The demonstration: one whole case, taken through the real windows by keys and clicks."""
