use std::cell::RefCell;
use std::io;

use super::switched_on;

/// The writes while `read` is called; the first one fails if `fails`.
fn written(fails: bool, read: impl FnOnce() -> io::Result<()>) -> Vec<String> {
    let words = RefCell::new(Vec::new());
    let write = |word: &str| {
        words.borrow_mut().push(word.to_owned());
        if fails && word == "1" {
            return Err(io::Error::other("no"));
        }
        Ok(())
    };
    let (result, off) = switched_on(write, read);
    assert!(off.is_ok());
    assert!(!fails || result.is_err());
    words.into_inner()
}

#[test]
fn it_is_switched_off_whatever_happens() {
    assert_eq!(written(false, || Ok(())), ["1", "0"]);
    assert_eq!(written(false, || Err(io::Error::other("EIO"))), ["1", "0"]);
    assert_eq!(written(true, || panic!("is not read")), ["1", "0"]);
    let words = RefCell::new(Vec::new());
    let run = std::panic::AssertUnwindSafe(|| {
        let write = |word: &str| {
            words.borrow_mut().push(word.to_owned());
            Ok(())
        };
        let _ = switched_on::<()>(write, || panic!("while it was on"));
    });
    assert!(std::panic::catch_unwind(run).is_err());
    assert_eq!(words.into_inner(), ["1", "0"]);
}
