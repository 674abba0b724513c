//! The extended capabilities: the lines `Capabilities: [100 v1] …` of `-v`.

mod access_control_services;
mod address_translation;
mod advanced_error_reporting;
mod capability;
mod data_object_exchange;
mod designated_vendor_specific;
mod device_3;
mod downstream_port_containment;
mod flags;
mod flit;
mod integrity_and_data_encryption;
mod latency;
mod link;
mod list;
mod multicast;
mod register_blocks;
mod resizable_bar;
mod root_complex;
mod sr_iov;
mod titles;
mod tph_requester;
mod virtual_channel;

pub(super) use list::write;
