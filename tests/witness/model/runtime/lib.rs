//! As much of the SDK's runtime as gives an operation away.

pub mod client {
    pub mod runtime_plugin {
        use std::fmt::Debug;
        use std::sync::Arc;

        /// Configures a request; every operation is one.
        pub trait RuntimePlugin: Debug + Send + Sync {
            /// What it adds.
            fn config(&self) -> Option<String> {
                None
            }
        }

        /// One of those that configure a request.
        #[derive(Clone, Debug)]
        pub struct SharedRuntimePlugin(Arc<dyn RuntimePlugin>);

        impl SharedRuntimePlugin {
            /// Shares it.
            pub fn new(plugin: impl RuntimePlugin + 'static) -> Self {
                SharedRuntimePlugin(Arc::new(plugin))
            }
        }

        impl RuntimePlugin for SharedRuntimePlugin {
            fn config(&self) -> Option<String> {
                self.0.config()
            }
        }
    }

    pub mod orchestrator {
        use std::any::Any;

        use super::runtime_plugin::{RuntimePlugin, SharedRuntimePlugin};

        /// Sends a request as the plugins say. Nobody answers here.
        pub async fn invoke(
            plugins: Vec<SharedRuntimePlugin>,
            input: Box<dyn Any + Send>,
        ) -> Result<Box<dyn Any + Send>, String> {
            let mut config = Vec::new();
            for plugin in &plugins {
                config.extend(plugin.config());
            }
            match config.len() {
                0 => Ok(input),
                _ => Err(config.join(" ")),
            }
        }
    }
}
