"""What the demos of modules with cases share: a past that is lived through, people with posts, pictures, inboxes."""
