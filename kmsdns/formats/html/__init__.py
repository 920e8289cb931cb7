"""The page for a browser: page is the format, drawing, flow, bars and timeline are its figures."""
