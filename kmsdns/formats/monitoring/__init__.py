"""What monitoring systems read: the line of a plugin, and gauges."""
