# A text file as C string literals, line by line, without its indentation.
s/^ *//
s/["\\]/\\&/g
s/.*/"&"/
