//! Kernels that a test itself boots.

mod smmu;
