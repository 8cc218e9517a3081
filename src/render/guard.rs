//! Contains panics of MiniJinja.
//!
//! MiniJinja is meant not to panic whatever a program does. Where it does all the same, the panic is an error of the
//! program like any other, and nothing is printed.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    /// Whether a panic of this thread is expected, and becomes an error.
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Returns what a computation returns; `None` if it panics. The caller must not use what the computation has changed,
/// except for values of which every state is valid.
pub(super) fn guarded<T>(compute: impl FnOnce() -> T) -> Option<T> {
    silence_guarded_panics();
    let outer = IS_GUARDED.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(compute));
    IS_GUARDED.set(outer);
    result.ok()
}

/// Makes the panic hook of the process ignore guarded panics. All others go to the hook that was set before.
fn silence_guarded_panics() {
    static IS_SET: Once = Once::new();
    IS_SET.call_once(|| {
        let hook = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !IS_GUARDED.try_with(Cell::get).unwrap_or(false) {
                hook(info);
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use std::hint::black_box;

    use super::{IS_GUARDED, guarded};

    #[test]
    fn a_panic_has_no_result_and_ends_the_guard() {
        assert_eq!(guarded(|| 7 % black_box(2)), Some(1));
        assert_eq!(guarded(|| 7 % black_box(0)), None);
        assert_eq!(guarded(|| guarded(|| 7 % black_box(0)).unwrap_or(5)), Some(5), "guards nest");
        assert!(!IS_GUARDED.get());
    }
}
