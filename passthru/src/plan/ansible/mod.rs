//! A plan as an Ansible playbook. Every text of the plan is an `!unsafe` scalar: Ansible
//! takes no part of it for a template (Ansible documentation, "Advanced playbook
//! syntax"). What takes the plan back has the tags `never` and `undo`: it runs where it
//! is asked for alone (Ansible documentation, "Tags", special tags).

mod apply;
mod playbook;
mod undo;
mod yaml;

pub use playbook::playbook;
