"""The radio bench as a program: its port, its clock, what it prints and keeps."""
