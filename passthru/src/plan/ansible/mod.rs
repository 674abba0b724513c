//! A plan as an Ansible playbook. Every text of the plan is an `!unsafe` scalar, so that Ansible
//! does not parse it as a template (Ansible documentation, "Advanced playbook syntax"). The tasks
//! that undo the plan have the tags `never` and `undo`: they run only on request (Ansible
//! documentation, "Tags", special tags).

mod apply;
mod playbook;
mod undo;
mod yaml;

pub use playbook::playbook;
