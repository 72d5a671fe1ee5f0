"""The Look inside page: a network's steps, feature maps and arithmetic for one image"""
