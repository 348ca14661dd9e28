"""Small widgets that know the theme but nothing of cases."""
