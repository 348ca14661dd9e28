"""Who works here: the list, what each role may do, and letting people in and out."""
