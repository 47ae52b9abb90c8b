"""ECHONET Lite for a low-voltage smart meter (class 0x0288), without I/O."""
