//! The floor of a start with Rust's runtime: a program that prints a word.

fn main() {
    println!("hello");
}
