"""How many drawings a second this site recognises and keeps, beside others that do less."""
