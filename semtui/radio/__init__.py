"""The radio link: SKSTACK-IP over a serial port, without I/O but for port and gpio."""
