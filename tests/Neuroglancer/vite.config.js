export default { base: "./", build: { target: "es2022", chunkSizeWarningLimit: 100000 }, worker: { format: "es" }, optimizeDeps: { exclude: ["neuroglancer"] } };
