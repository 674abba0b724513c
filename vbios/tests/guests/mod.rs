//! Guests that boot with our ROMs: SeaBIOS and OVMF run those that we made or mended,
//! and refuse the damaged ones as we say that they will; Linux reads the bytes back.
//!
//! Each boot has one device for each ROM, whose code writes a word of its own to the
//! firmware's debug port. QEMU emulates the processor, so that no KVM is needed.

mod candidates;
mod code;
mod firmware;
mod linux;
mod qemu;
