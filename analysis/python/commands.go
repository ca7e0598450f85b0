package python

import (
	"strings"
)

// commands maps PyPI packages to the console commands that they install, where
// that is not one command of the package's own name, or another package has
// that command too (each project's
// [project.scripts] or entry_points).
var commands = map[string]string{
	"accelerate":                    "accelerate accelerate-config accelerate-launch",
	"aiohttp-devtools":              "adev",
	"ansible-core":                  "ansible ansible-playbook ansible-galaxy ansible-vault",
	"apache-airflow":                "airflow",
	"apache-superset":               "superset",
	"apscheduler":                   "",
	"awscli":                        "aws aws_completer",
	"azure-cli":                     "az",
	"bandit":                        "bandit bandit-config-generator bandit-baseline",
	"black":                         "black blackd",
	"build":                         "pyproject-build",
	"bump2version":                  "bump2version bumpversion",
	"charset-normalizer":            "normalizer",
	"commitizen":                    "cz git-cz",
	"coverage":                      "coverage coverage3",
	"cython":                        "cython cythonize cygdb",
	"dagster":                       "dagster dagster-daemon",
	"dagster-webserver":             "dagster-webserver dagit",
	"datamodel-code-generator":      "datamodel-codegen",
	"dbt-core":                      "dbt",
	"ddtrace":                       "ddtrace-run",
	"debugpy":                       "debugpy debugpy-adapter",
	"distributed":                   "dask-scheduler dask-worker dask-ssh",
	"django":                        "django-admin",
	"django-extensions":             "",
	"django-stubs":                  "",
	"docutils":                      "rst2html rst2man docutils",
	"dramatiq":                      "dramatiq dramatiq-gevent",
	"fabric":                        "fab",
	"fastapi":                       "fastapi",
	"uwsgi":                         "uwsgi",
	"fastapi-cli":                   "fastapi",
	"flower":                        "",
	"gevent":                        "",
	"gradio":                        "gradio upload_theme",
	"great-expectations":            "great_expectations",
	"grpcio-tools":                  "python-grpc-tools-protoc",
	"httpie":                        "http https httpie",
	"huey":                          "huey_consumer huey_consumer.py",
	"huggingface-hub":               "huggingface-cli hf",
	"invoke":                        "inv invoke",
	"ipdb":                          "ipdb ipdb3",
	"ipython":                       "ipython ipython3",
	"isort":                         "isort isort-identify-imports",
	"jupyter-core":                  "jupyter jupyter-migrate jupyter-troubleshoot",
	"jupyterhub":                    "jupyterhub jupyterhub-singleuser",
	"jupyterlab":                    "jupyter-lab jlpm jupyter-labextension jupyter-labhub",
	"markdown":                      "markdown_py",
	"mypy":                          "mypy dmypy stubgen stubtest mypyc",
	"nbconvert":                     "jupyter-nbconvert jupyter-dejavu",
	"newrelic":                      "newrelic-admin",
	"notebook":                      "jupyter-notebook",
	"nox":                           "nox tox-to-nox",
	"nuitka":                        "nuitka nuitka3 nuitka-run",
	"numpy":                         "f2py numpy-config",
	"onnxruntime":                   "",
	"opentelemetry-distro":          "opentelemetry-instrument opentelemetry-bootstrap",
	"opentelemetry-instrumentation": "opentelemetry-instrument opentelemetry-bootstrap",
	"pandas":                        "",
	"pillow":                        "",
	"pip":                           "pip pip3",
	"pip-tools":                     "pip-compile pip-sync",
	"pipenv":                        "pipenv pipenv-resolver",
	"poethepoet":                    "poe",
	"prisma":                        "prisma prisma-client-py",
	"psycopg2":                      "",
	"pydantic":                      "",
	"pygments":                      "pygmentize",
	"pyinstaller":                   "pyinstaller pyi-archive_viewer pyi-bindepend pyi-makespec",
	"pylint":                        "pylint pyreverse symilar pylint-config",
	"pyright":                       "pyright pyright-langserver pyright-python",
	"pytest":                        "pytest py.test",
	"pytest-watch":                  "ptw pytest-watch",
	"python-dotenv":                 "dotenv",
	"python-jose":                   "",
	"python-multipart":              "",
	"pyuwsgi":                       "uwsgi",
	"pyyaml":                        "",
	"ray":                           "ray serve tune",
	"requests":                      "",
	"rq":                            "rq rqworker rqinfo",
	"sentry-sdk":                    "",
	"setuptools":                    "",
	"sphinx":                        "sphinx-build sphinx-quickstart sphinx-apidoc sphinx-autogen",
	"sqlalchemy":                    "",
	"streamlit":                     "streamlit streamlit.cmd",
	"supervisor":                    "supervisord supervisorctl echo_supervisord_conf pidproxy",
	"taskipy":                       "task",
	"torch":                         "torchrun",
	"transformers":                  "transformers-cli transformers",
	"uv":                            "uv uvx",
	"uvicorn-worker":                "",
	"waitress":                      "waitress-serve",
	"watchdog":                      "watchmedo",
	"yapf":                          "yapf yapf-diff",
	"yoyo-migrations":               "yoyo yoyo-migrate",
}

// modules maps PyPI packages to what is imported, where that is not the
// package's name with underscores (each project's top-level names).
var modules = map[string]string{
	"ansible-core":           "ansible",
	"apache-airflow":         "airflow",
	"apache-superset":        "superset",
	"attrs":                  "attr attrs",
	"beautifulsoup4":         "bs4",
	"bump2version":           "bumpversion",
	"cython":                 "Cython cython",
	"dbt-core":               "dbt",
	"django-cors-headers":    "corsheaders",
	"django-debug-toolbar":   "debug_toolbar",
	"django-environ":         "environ",
	"djangorestframework":    "rest_framework",
	"faiss-cpu":              "faiss",
	"gdal":                   "osgeo gdal",
	"gitpython":              "git",
	"grpcio":                 "grpc",
	"grpcio-tools":           "grpc_tools",
	"ipython":                "IPython",
	"jupyter-core":           "jupyter_core jupyter",
	"msgpack-python":         "msgpack",
	"mysqlclient":            "MySQLdb",
	"opencv-contrib-python":  "cv2",
	"opencv-python":          "cv2",
	"opencv-python-headless": "cv2",
	"opentelemetry-api":      "opentelemetry",
	"opentelemetry-distro":   "opentelemetry",
	"pillow":                 "PIL",
	"pip-tools":              "piptools",
	"protobuf":               "google",
	"psycopg2-binary":        "psycopg2",
	"pycryptodome":           "Crypto",
	"pygobject":              "gi",
	"pyinstaller":            "PyInstaller",
	"pyjwt":                  "jwt",
	"pymupdf":                "pymupdf fitz",
	"pyopenssl":              "OpenSSL",
	"pyserial":               "serial",
	"pysocks":                "socks",
	"pytest":                 "pytest _pytest",
	"python-dateutil":        "dateutil",
	"python-decouple":        "decouple",
	"python-dotenv":          "dotenv",
	"python-jose":            "jose",
	"python-ldap":            "ldap",
	"python-magic":           "magic",
	"python-multipart":       "python_multipart multipart",
	"python-telegram-bot":    "telegram",
	"pyusb":                  "usb",
	"pyyaml":                 "yaml",
	"pyzmq":                  "zmq",
	"scikit-image":           "skimage",
	"scikit-learn":           "sklearn",
	"setuptools":             "setuptools pkg_resources",
	"tensorflow-cpu":         "tensorflow",
}

// Commands gives the console commands that a package installs: those of the
// table, else the package's own name.
func Commands(pkg string) []string {
	name := NormalName(pkg)
	if cmds, ok := commands[name]; ok {
		return strings.Fields(cmds)
	}
	return []string{name}
}

// Module gives the names that a package's users import, for `python -m NAME`:
// those of the table, else the package's name with underscores.
func Module(pkg string) []string {
	name := NormalName(pkg)
	if names, ok := modules[name]; ok {
		return strings.Fields(names)
	}
	return []string{strings.ReplaceAll(name, "-", "_")}
}
