//! The cost of the command on large hosts: its instructions and its memory, by input and by path.

mod counted;
mod growth;
mod hot_paths;
mod inputs;
