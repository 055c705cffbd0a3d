@rem What npm scripts begin with: sh puts node in its own place, so that a signal to npm reaches it; cmd has no such word.
@%*
