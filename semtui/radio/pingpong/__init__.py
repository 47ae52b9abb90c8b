"""Two boards as a radio bench: one says Ping, the other answers Pong; no meter is needed.

The texts on the air and the way to them are those of `y3PingPong.py` of 2016
(yawatajunk/Wi-SUN_EnergyMeter), so that a board with that script can be the
partner. The dialect, the commands, the parser and the framing are the meter
link's own.
"""
