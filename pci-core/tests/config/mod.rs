//! Configuration space that was made by hand, and made to hurt.

mod builder;
mod every;
mod hostile;
mod structures;
