from keras.layers import BatchNormalization, Conv2D, Conv2DTranspose  # noqa
