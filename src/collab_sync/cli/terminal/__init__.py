"""How commands meet people: names and help, sentences for errors, tables and lines on the screen."""
