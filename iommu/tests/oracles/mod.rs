//! The machine that the tests run on, as other programs see it.

mod acpi_tables;
mod dmesg;
mod live;
