"""What files for people hold: pictures, and pages of HTML around them."""
