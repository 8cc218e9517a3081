//! See `kenarc_fuzz::rows`.
#![cfg_attr(fuzzing, no_main)]

kenarc_fuzz::target!(kenarc_fuzz::rows::run);
