"""An emulated Wi-SUN module, the air around it and the meter behind it."""
