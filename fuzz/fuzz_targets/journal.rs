//! See `kenarc_fuzz::journal`.
#![cfg_attr(fuzzing, no_main)]

kenarc_fuzz::target!(kenarc_fuzz::journal::run);
