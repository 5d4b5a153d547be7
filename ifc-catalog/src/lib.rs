//! Part of ifc.
