//! What is read of a noxfile.

use super::*;
