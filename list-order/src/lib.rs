//! Short lists in order, compiled once for all types: lists that are sorted, sets and maps.
//!
//! The standard library compiles a sort of 4 to 5 KB for each type and key, and one for each kind of set
//! and map that is collected. Here one sort of places is compiled for all lists, and sets and maps
//! are filled element by element.
//!
//! ```
//! use list_order::{Inserts as _, Order as _};
//! let mut cards = vec![("01:00.1", "audio"), ("01:00.0", "display"), ("00:02.0", "display")];
//! cards.order_by_key(|(address, _)| *address);
//! assert_eq!(cards[0], ("00:02.0", "display"));
//! let kinds = cards.iter().map(|(_, kind)| *kind).into_set();
//! assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["audio", "display"]);
//! ```
//!
//! | task | item | result |
//! | --- | --- | --- |
//! | sort a list | [`Order::order`], [`Order::order_by`], [`Order::order_by_key`] | the list, equal elements in their former order |
//! | collect a set | [`Inserts::into_set`] | a `BTreeSet` |
//! | collect a map | [`Inserts::into_map`] | a `BTreeMap` |
//!
//! A comparison is a call through a pointer: for lists of tens of thousands of elements the sorts of the
//! standard library are faster. The crate is `no_std` + `alloc`.

#![no_std]

extern crate alloc;

mod inserts;
mod order;

pub use inserts::Inserts;
pub use order::Order;
