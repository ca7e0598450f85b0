;;; restage.el --- restage in Emacs, with Eglot -*- lexical-binding: t -*-

;; Eglot is part of Emacs 29; for Emacs 28 it is a package, as is
;; dockerfile-mode.  Load this file from your init file, open a Dockerfile,
;; and ask for code actions with M-x eglot-code-actions.

(require 'eglot)

(add-to-list 'eglot-server-programs
             '((dockerfile-mode dockerfile-ts-mode) . ("restage" "serve" "--stdio")))

(add-hook 'dockerfile-mode-hook #'eglot-ensure)
(add-hook 'dockerfile-ts-mode-hook #'eglot-ensure)

;;; restage.el ends here
