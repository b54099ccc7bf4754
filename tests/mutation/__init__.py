"""A mutation run, by `script/mutants`: small mistakes, one at a time, and whether a test notices each."""
