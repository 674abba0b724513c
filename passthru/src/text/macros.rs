//! Macros for sentences.

/// A sentence: a pattern and its arguments, `text!("{driver} has {function}", driver,
/// function = device.address)`. The pattern has to have each argument and no others.
macro_rules! text {
    ($pattern:literal $(, $name:ident $(= $value:expr)?)* $(,)?) => {{
        // concat! prevents the pattern from capturing variables that are not arguments.
        const _: fn() = || {
            let _ = format_args!(concat!($pattern) $(, $name = "")*);
        };
        $crate::text::Text::new(
            $pattern,
            &[$(stringify!($name)),*],
            [$($crate::text::value!($name $(= $value)?)),*],
        )
    }};
}

/// A sentence that depends on a number, `{count}`: one pattern for 1 and one for any other
/// number, `plural!(functions.len(), "1 function has {driver}", "{count} functions have
/// {driver}", driver)`.
macro_rules! plural {
    ($count:expr, $one:literal, $other:literal $(, $name:ident $(= $value:expr)?)* $(,)?) => {{
        const _: fn() = || {
            // A pattern may do without the number.
            let _ = format_args!(concat!($one, "{count}"), count = "" $(, $name = "")*);
            let _ = format_args!(concat!($other, "{count}"), count = "" $(, $name = "")*);
        };
        let count: usize = $count;
        $crate::text::Text::counted(
            count,
            $one,
            $other,
            &["count", $(stringify!($name)),*],
            [
                $crate::text::IntoArgument::argument(&count),
                $($crate::text::value!($name $(= $value)?)),*
            ],
        )
    }};
}

/// The value of an argument, by default that of the variable with its name.
macro_rules! value {
    ($name:ident = $value:expr) => {
        $crate::text::IntoArgument::argument(&$value)
    };
    ($name:ident) => {
        $crate::text::IntoArgument::argument(&$name)
    };
}

pub(crate) use plural;
pub(crate) use text;
pub(crate) use value;
