//! What the crates of all services are made of, in the SDK's shape: modules, clients, builders, and
//! futures that are compiled with the service.

/// A service with its operations and the members that their builders set.
#[macro_export]
macro_rules! service {
    ($($method:ident $operation:ident $input:ident $builder:ident { $($member:ident),* })*) => {
        pub mod config {
            use aws_smithy_runtime_api::client::runtime_plugin::RuntimePlugin;

            #[derive(Clone, Debug, Default)]
            pub struct Config {
                latest: bool,
            }

            #[derive(Debug, Default)]
            pub struct Builder(Config);

            impl Config {
                pub fn builder() -> Builder {
                    Builder::default()
                }
            }

            impl Builder {
                pub fn behavior_version_latest(mut self) -> Self {
                    self.0.latest = true;
                    self
                }

                pub fn build(self) -> Config {
                    self.0
                }
            }

            #[derive(Debug)]
            pub struct ServiceRuntimePlugin(pub Config);

            impl RuntimePlugin for ServiceRuntimePlugin {
                fn config(&self) -> Option<String> {
                    self.0.latest.then(|| "latest".to_owned())
                }
            }
        }
        pub use config::Config;

        #[derive(Clone, Debug)]
        pub struct Client {
            config: std::sync::Arc<Config>,
        }

        impl Client {
            pub fn from_conf(config: Config) -> Self {
                Client { config: std::sync::Arc::new(config) }
            }

            $(pub fn $method(&self) -> operation::$method::builders::$builder {
                operation::$method::builders::$builder::new(self.config.clone())
            })*
        }

        pub mod operation {
            $(pub mod $method {
                use aws_smithy_runtime_api::client::orchestrator::invoke;
                use aws_smithy_runtime_api::client::runtime_plugin::{
                    RuntimePlugin, SharedRuntimePlugin,
                };

                use crate::config::{Config, ServiceRuntimePlugin};

                #[derive(Clone, Debug, Default)]
                pub struct $operation;

                impl RuntimePlugin for $operation {
                    fn config(&self) -> Option<String> {
                        Some(stringify!($operation).to_owned())
                    }
                }

                impl $operation {
                    pub(crate) async fn orchestrate(
                        config: &Config,
                        input: $input,
                    ) -> Result<Output, String> {
                        let plugins = vec![
                            SharedRuntimePlugin::new(ServiceRuntimePlugin(config.clone())),
                            SharedRuntimePlugin::new($operation),
                        ];
                        let output = invoke(plugins, Box::new(input)).await?;
                        output.downcast::<Output>().map(|output| *output).map_err(|_| String::new())
                    }
                }

                #[derive(Clone, Debug, Default)]
                pub struct $input {
                    $(pub $member: Vec<String>,)*
                }

                impl $input {
                    pub fn builder() -> builders::InputBuilder {
                        builders::InputBuilder($input::default())
                    }
                }

                #[derive(Debug)]
                pub struct Output {
                    items: Vec<String>,
                    messages: Vec<String>,
                }

                impl Output {
                    pub fn items(&self) -> &[String] {
                        &self.items
                    }

                    pub fn messages(&self) -> &[String] {
                        &self.messages
                    }
                }

                pub mod builders {
                    use std::sync::Arc;

                    use super::*;

                    #[derive(Debug)]
                    pub struct InputBuilder(pub(crate) $input);

                    impl InputBuilder {
                        $(pub fn $member(mut self, value: impl Into<String>) -> Self {
                            self.0.$member.push(value.into());
                            self
                        })*

                        pub fn build(self) -> Result<$input, String> {
                            Ok(self.0)
                        }
                    }

                    #[derive(Clone, Debug)]
                    pub struct $builder {
                        config: Arc<Config>,
                        pub(crate) input: $input,
                    }

                    impl $builder {
                        pub(crate) fn new(config: Arc<Config>) -> Self {
                            $builder { config, input: $input::default() }
                        }

                        $(pub fn $member(mut self, value: impl Into<String>) -> Self {
                            self.input.$member.push(value.into());
                            self
                        })*

                        pub async fn send(self) -> Result<Output, String> {
                            $operation::orchestrate(&self.config, self.input).await
                        }
                    }
                }
            })*
        }
    };
}
