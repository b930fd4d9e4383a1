//! Output formats: one module for each.

pub mod audit;
pub mod cases;
pub mod github;
pub mod hits;
pub mod html;
pub mod human;
pub mod json;
pub mod junit;
pub mod sarif;
