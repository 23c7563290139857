"""Pictures: SVG, written with the standard library, in the style that lies here."""
