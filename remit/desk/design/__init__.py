"""The look of Remit: tokens, parts, drawings and words that every page shares. Knows no record and writes nothing."""
